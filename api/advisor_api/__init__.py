"""The REST service of model-advisor, on Litestar. The library never imports it."""
