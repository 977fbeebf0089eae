// Much of these tests is waiting: for leases that expire, for silos that join, for processes that start. Three at a time keep two cores busy.
[assembly: Parallelization(MaxThreads = 3)]
