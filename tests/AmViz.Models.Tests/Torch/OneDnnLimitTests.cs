namespace AmViz.Models.Tests.Torch;

public sealed class OneDnnLimitTests
{
    [Theory]
    [InlineData(0x1C004121, 0, false)]              // Intel: a data cache of level 1
    [InlineData(0, 0x00004121, false)]              // AMD: the same
    [InlineData(0, 0, true)]                        // a hypervisor that tells nothing
    public void CachesAreHiddenWhereNeitherVendorsLeafTellsOfOne(int intel, int amd, bool isHidden)
        => Assert.Equal(isHidden, OneDnnLimit.HidesCaches((leaf, _) => leaf switch
        {
            0 => 0xD,
            4 => intel,
            unchecked((int)0x80000000) => unchecked((int)0x80000021),
            unchecked((int)0x8000001D) => amd,
            _ => 0,
        }));

    [Fact]
    public void AProcessorWithoutTheLeavesTellsOfNoCaches()
        => Assert.True(OneDnnLimit.HidesCaches((leaf, _) => leaf switch { 0 => 2, unchecked((int)0x80000000) => unchecked((int)0x80000008), _ => 0x21 }));
}
