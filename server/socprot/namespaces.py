"""The IRIs of this graph and the prefixes of everything it uses, once."""


class Vocabulary(str):
    """A namespace; the terms in it are its attributes, as in `SP.Event`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return str(self) + name


BASE = "https://w3id.org/socprot/"
ID = BASE + "id/"
DOC = BASE + "doc/"  # the documents about what is under ID
GRAPH = BASE + "graph/"
DATASET = BASE + "dataset"
VOID = BASE + ".well-known/void"  # the document that tells the size of the dataset
ENDPOINT = BASE + "sparql"
EXPORT = BASE + "export/"
FEED = BASE + "feed"

SP = Vocabulary(BASE + "ns#")
SPS = Vocabulary(BASE + "shape/")

# The named graphs of a bundle. The default graph is the union of all but `shapes`.
DATA = GRAPH + "data"
ONTOLOGY = GRAPH + "ontology"
SHAPES = GRAPH + "shapes"
INFERRED = GRAPH + "inferred"
CATALOGUE = GRAPH + "catalogue"
DEFAULT_UNION = (DATA, ONTOLOGY, INFERRED, CATALOGUE)
NAMED_GRAPHS = (*DEFAULT_UNION, SHAPES)
# What the hash of the dataset is a hash of: the catalogue tells that very hash.
HASHED = tuple(name for name in NAMED_GRAPHS if name != CATALOGUE)

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "bibo": "http://purl.org/ontology/bibo/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ldes": "https://w3id.org/ldes#",
    "lode": "http://linkedevents.org/ontology/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sp": str(SP),
    "spdx": "http://spdx.org/rdf/terms#",
    "sps": str(SPS),
    "time": "http://www.w3.org/2006/time#",
    "tree": "https://w3id.org/tree#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
