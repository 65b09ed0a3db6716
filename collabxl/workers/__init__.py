"""Who does the work: processes under guard on this machine, threads, or a Dask cluster."""
