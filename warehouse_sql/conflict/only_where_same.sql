({differs}) and {left} = {right}
