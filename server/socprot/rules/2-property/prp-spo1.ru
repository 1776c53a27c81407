# prp-spo1, and prp-eqp1, prp-eqp2 by way of scm-eqp1: what holds of a property holds of the wider ones.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?x ?wide ?y }
WHERE {
  ?narrow rdfs:subPropertyOf ?wide .
  FILTER(?narrow != ?wide)
  ?x ?narrow ?y
}
