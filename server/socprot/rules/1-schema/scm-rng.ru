# scm-rng1, scm-rng2: a range holds for wider classes and for narrower properties.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?property rdfs:range ?class }
WHERE {
  { ?property rdfs:range ?narrow . ?narrow rdfs:subClassOf ?class }
  UNION
  { ?property rdfs:subPropertyOf ?wide . ?wide rdfs:range ?class }
}
