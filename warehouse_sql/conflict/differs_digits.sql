left({left}, least({digits}, length({left}), length({right}))) <> left({right}, least({digits}, length({left}), length({right})))
