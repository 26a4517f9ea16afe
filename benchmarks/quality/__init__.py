"""How well spend is watched: public labelled series, injected incidents, a real bill, and peers beside."""
