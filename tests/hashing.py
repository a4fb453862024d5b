"""A password hasher that costs next to nothing, for tests alone."""

from tenantry.signin.hashing import Argon2id


class CheapArgon2id(Argon2id):
    """The product's hasher with the smallest costs Argon2 knows: the same format, thousands of times cheaper."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
