"""A FastAPI application with one small JSON endpoint: a path and a query parameter, both validated."""

from typing import Optional

from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{number}")
async def item(number: int, q: Optional[str] = None):
    return {"number": number, "q": q, "tags": ["small", "green"], "price": 12.5, "available": True}
