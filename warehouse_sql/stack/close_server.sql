-- The other databases of the embedded server are nobody's business but the owner's.
revoke connect, temporary on database postgres, template1 from public
