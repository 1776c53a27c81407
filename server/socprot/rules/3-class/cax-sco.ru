# cax-sco, and cax-eqc1, cax-eqc2 by way of scm-eqc1: what is of a class is of the wider ones.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?x a ?wide }
WHERE {
  ?narrow rdfs:subClassOf ?wide .
  FILTER(?narrow != ?wide)
  ?x a ?narrow
}
