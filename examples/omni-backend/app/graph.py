"""What is related to what (py2neo). Answers 503 where no graph database is configured."""

from fastapi import APIRouter, HTTPException, Query

from app.lazily import lazily
from app.settings import settings

router = APIRouter(prefix="/api/graph", tags=["graph"])

RELATED = """
MATCH (one {name: $name})--(other)
RETURN DISTINCT other.name AS name
ORDER BY name
LIMIT $limit
"""


@router.get("/related")
def related(name: str, limit: int = Query(default=10, ge=1, le=100)) -> dict[str, list[str]]:
    chosen = settings()
    if chosen.neo4j_uri is None:
        raise HTTPException(503, "no graph database is configured (OMNI_NEO4J_URI)")
    py2neo, errors = lazily("py2neo", "py2neo.errors")
    try:
        graph = py2neo.Graph(chosen.neo4j_uri, auth=(chosen.neo4j_user, chosen.neo4j_password))
        rows = graph.run(RELATED, name=name, limit=limit).data()
    except (errors.Neo4jError, errors.ConnectionUnavailable, errors.WireError) as error:
        raise HTTPException(503, "the graph database does not answer") from error
    return {"related": [row["name"] for row in rows]}
