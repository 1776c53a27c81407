# scm-eqp1, scm-eqp2: equivalent properties are properties of each other.

PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?a rdfs:subPropertyOf ?b . ?b rdfs:subPropertyOf ?a }
WHERE { ?a owl:equivalentProperty ?b } ;

INSERT { ?a owl:equivalentProperty ?b }
WHERE {
  ?a rdfs:subPropertyOf ?b .
  ?b rdfs:subPropertyOf ?a
}
