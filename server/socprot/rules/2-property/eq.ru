# eq-sym, eq-trans, eq-rep-s, eq-rep-p, eq-rep-o: what is the same has the same said of it.

PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT { ?a owl:sameAs ?b }
WHERE { ?a (owl:sameAs|^owl:sameAs)+ ?b FILTER(?a != ?b) } ;

INSERT { ?b ?property ?y }
WHERE { ?a owl:sameAs ?b . ?a ?property ?y FILTER(?a != ?b && ?property != owl:sameAs) } ;

INSERT { ?x ?b ?y }
WHERE { ?a owl:sameAs ?b . ?x ?a ?y FILTER(?a != ?b && ISIRI(?b)) } ;

INSERT { ?x ?property ?b }
WHERE { ?a owl:sameAs ?b . ?x ?property ?a FILTER(?a != ?b && ?property != owl:sameAs) }
