# scm-eqc1, scm-eqc2: equivalent classes are classes of each other.

PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?a rdfs:subClassOf ?b . ?b rdfs:subClassOf ?a }
WHERE { ?a owl:equivalentClass ?b } ;

INSERT { ?a owl:equivalentClass ?b }
WHERE {
  ?a rdfs:subClassOf ?b .
  ?b rdfs:subClassOf ?a
}
