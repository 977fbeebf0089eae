using CsCheck;

namespace AmViz.Cluster.Abstractions.Tests;

public sealed class TaskCountsTests
{
    private static readonly Gen<TaskCounts> Any = Gen.Int[0, 1000].Array[6].Select(n => new TaskCounts
    {
        Planned = n[0] + n[1] + n[2] + n[3],
        Rendered = n[1],
        Skipped = n[2],
        Failed = n[3],
        Dead = n[3] / 2,
        NotFinite = n[3] / 3,
    });

    [Fact]
    public void WhatIsAddedCanBeTakenAway()
        => Gen.Select(Any, Any).Sample((a, b) => a + b - b == a && a + b == b + a);

    [Fact]
    public void EveryTaskHasEndedOrIsOpen()
        => Any.Sample(counts => counts.Ended + counts.Open == counts.Planned && counts.Open >= 0);
}
