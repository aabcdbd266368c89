abs({left} - {right}) > {tolerance} * greatest(abs({left}), abs({right}))
