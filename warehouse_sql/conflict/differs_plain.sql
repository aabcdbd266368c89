{left} <> {right}
