# prp-symp: symmetric properties.

PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT { ?y ?property ?x }
WHERE {
  ?property a owl:SymmetricProperty .
  ?x ?property ?y
  FILTER(!ISLITERAL(?y))
}
