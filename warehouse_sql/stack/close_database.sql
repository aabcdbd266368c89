-- Nobody but the owner has business here.
revoke connect on database {database} from public
