# scm-spo: a property of a property is a property of all below it.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?a rdfs:subPropertyOf ?c }
WHERE { ?a rdfs:subPropertyOf+ ?c }
