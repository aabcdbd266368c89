{left} = {right}
