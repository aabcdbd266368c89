alter role {role} nologin
