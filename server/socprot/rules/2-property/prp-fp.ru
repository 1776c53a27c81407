# prp-fp, prp-ifp: what a functional property can only be once is the same.

PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT { ?a owl:sameAs ?b }
WHERE {
  ?property a owl:FunctionalProperty .
  ?x ?property ?a , ?b
  FILTER(?a != ?b && !ISLITERAL(?a) && !ISLITERAL(?b))
} ;

INSERT { ?a owl:sameAs ?b }
WHERE {
  ?property a owl:InverseFunctionalProperty .
  ?a ?property ?x .
  ?b ?property ?x
  FILTER(?a != ?b)
}
