-- Nobody comes in by default.  The warehouse is opened to its logins by `migrate`, the others are the owner's business.
revoke connect, temporary on database postgres, template1, {warehouse} from public
