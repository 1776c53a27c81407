# prp-inv1, prp-inv2: inverse properties.

PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT { ?y ?other ?x }
WHERE {
  { ?one owl:inverseOf ?other } UNION { ?other owl:inverseOf ?one }
  ?x ?one ?y
  FILTER(!ISLITERAL(?y))
}
