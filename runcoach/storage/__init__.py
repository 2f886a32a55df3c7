"""What is kept: tables, repositories, the unit of work, the vault and the stream codec, on Postgres."""
