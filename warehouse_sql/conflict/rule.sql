({rule}, {left_value}, {right_value}, {differs})
