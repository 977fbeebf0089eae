namespace AmViz.Cluster.Abstractions.Tests;

public sealed class ShardAdmissionTests
{
    private static readonly ShardAdmission Admission = new(SweepState.Running, DateTimeOffset.UnixEpoch) { Pool = "fast", Generation = 3 };

    [Fact]
    public void AdmissionsAreEqualWhateverListTheirRetriesAreIn()
    {
        var same = Admission with { Retries = [] };
        Assert.Equal((Admission, Admission.GetHashCode()), (same, same.GetHashCode()));
        Assert.True(Admission.IsOfSameGeneration(same));
    }

    [Fact]
    public void AnyOtherDifferenceCounts()
    {
        ShardAdmission[] others =
        [
            Admission with { State = SweepState.Paused }, Admission with { RunStartedAt = DateTimeOffset.UnixEpoch.AddTicks(1) }, Admission with { Pool = "slow" }, Admission with { Generation = 4 },
        ];
        Assert.All(others, other => Assert.NotEqual(Admission, other));
        Assert.Equal([true, false, true, false], others.Select(Admission.IsOfSameGeneration));
    }
}
