agent(éribuline).
