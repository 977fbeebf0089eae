namespace AmViz.Cluster.Abstractions.Tests;

public sealed class DevicePoolTests
{
    [Theory]
    [InlineData("default", true)]
    [InlineData("gpu-a100", true)]
    [InlineData("7b", true)]
    [InlineData("any", false)]
    [InlineData("", false)]
    [InlineData("GPU", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a_b", false)]
    [InlineData("a b", false)]
    public void NamesAreThoseThatKubernetesTakes(string name, bool isName) => Assert.Equal(isName, DevicePool.IsName(name));

    [Fact]
    public void ANameMayHave63Letters()
    {
        Assert.True(DevicePool.IsName(new('a', 63)));
        Assert.False(DevicePool.IsName(new('a', 64)));
    }

    [Fact]
    public void ADeviceDrawsWhatIsBoundToItsPoolOrToNone()
    {
        Assert.True(DevicePool.MayDraw("a", "a"));
        Assert.True(DevicePool.MayDraw("a", DevicePool.Any));
        Assert.False(DevicePool.MayDraw("a", "b"));
    }
}
