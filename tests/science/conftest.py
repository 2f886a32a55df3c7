"""Property tests run without a deadline: two cores are shared, and a slow moment is no defect."""

from hypothesis import settings

settings.register_profile("science", deadline=None, max_examples=60)
settings.load_profile("science")
