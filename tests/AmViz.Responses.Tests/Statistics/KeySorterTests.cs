using CsCheck;

namespace AmViz.Responses.Tests.Statistics;

public sealed class KeySorterTests
{
    [Fact]
    public void NumbersAreSortedByTheirUpperHalfAndEqualOnesStayInTheirOrder() => Gen.UInt.Array[0, 300].Sample(keys =>
    {
        // Few digits, so that there are ties and digits that all have in common.
        ulong[] items = [.. keys.Select((key, place) => ((ulong)(key & 0x8300_0103) << 32) | (uint)place)];
        var sorter = new KeySorter(300);
        items.CopyTo(sorter.Items);
        Assert.Equal(items.OrderBy(item => item >> 32), sorter.Sort(items.Length).ToArray());
    }, iter: 300);

    [Fact]
    public void ASorterIsUsedAgain()
    {
        var sorter = new KeySorter(3);
        foreach (var keys in new ulong[][] { [3, 1, 2], [7], [0x0100, 0xFF] })
        {
            keys.Select(key => key << 32).ToArray().CopyTo(sorter.Items);
            Assert.Equal(keys.Order().Select(key => key << 32), sorter.Sort(keys.Length).ToArray());
        }
    }
}
