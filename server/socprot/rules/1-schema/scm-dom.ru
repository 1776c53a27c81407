# scm-dom1, scm-dom2: a domain holds for wider classes and for narrower properties.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?property rdfs:domain ?class }
WHERE {
  { ?property rdfs:domain ?narrow . ?narrow rdfs:subClassOf ?class }
  UNION
  { ?property rdfs:subPropertyOf ?wide . ?wide rdfs:domain ?class }
}
