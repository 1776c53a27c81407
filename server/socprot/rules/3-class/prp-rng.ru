# prp-rng: what a property points at is of its range.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?y a ?class }
WHERE {
  ?property rdfs:range ?class .
  ?x ?property ?y
  FILTER(!ISLITERAL(?y))
}
