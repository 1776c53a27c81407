# scm-sco: a class of a class is a class of all below it.

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT { ?a rdfs:subClassOf ?c }
WHERE { ?a rdfs:subClassOf+ ?c }
