// Much of these tests is waiting: for leases that expire, for silos that join, for processes that start. Three at a time keep two cores busy.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
