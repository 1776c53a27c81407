# prp-dom: what has a property is of its domain.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?x a ?class }
WHERE {
  ?property rdfs:domain ?class .
  ?x ?property ?y
}
