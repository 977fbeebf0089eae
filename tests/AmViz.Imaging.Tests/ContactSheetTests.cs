using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class ContactSheetTests
{
    [Fact]
    public void TilesStandInReadingOrderWithSpaceAroundThem()
    {
        var tiles = new[] { 10, 20, 30 }.Select(grey => TestPictures.Plain(2, 2, (byte)grey)).ToList();

        var sheet = new ContactSheet(Columns: 2, Spacing: 1, Grey: 255).Arrange(tiles);

        Assert.Equal((7, 7), (sheet.Width, sheet.Height));
        Assert.Equal("""
            .......
            .aa.bb.
            .aa.bb.
            .......
            .cc....
            .cc....
            .......
            """, Drawing(sheet), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void ASmallTileStandsInTheMiddleAndAMissingOneLeavesItsCellEmpty()
    {
        var sheet = new ContactSheet(Columns: 3, Spacing: 0).Arrange(
            [TestPictures.Plain(3, 3, 10), null, TestPictures.Plain(1, 1, 20)]);

        Assert.Equal("""
            aaa......
            aaa....b.
            aaa......
            """, Drawing(sheet), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void TheSheetHasRoomForEveryTile() =>
        Gen.Select(TestPictures.Any.List[1, 12], Gen.Int[1, 5], Gen.Int[0, 6]).Sample((tiles, columns, spacing) =>
        {
            var sheet = new ContactSheet(columns, spacing).Arrange([.. tiles]);
            var rows = (tiles.Count + columns - 1) / columns;

            Assert.Equal((Math.Min(columns, tiles.Count) * (tiles.Max(t => t.Width) + spacing)) + spacing, sheet.Width);
            Assert.Equal((rows * (tiles.Max(t => t.Height) + spacing)) + spacing, sheet.Height);
        });

    [Fact]
    public void SettingsAndListsThatMakeNoSheetAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContactSheet(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContactSheet(1, -1));
        Assert.Throws<ArgumentException>(() => new ContactSheet(1).Arrange([]));
        Assert.Throws<ArgumentException>(() => new ContactSheet(1).Arrange([null]));
    }

    private static string Drawing(Picture sheet) => string.Join('\n', Enumerable.Range(0, sheet.Height).Select(y =>
        new string([.. Enumerable.Range(0, sheet.Width).Select(x => sheet.Rgb.Span[((y * sheet.Width) + x) * 3] switch
        {
            255 => '.',
            var grey => (char)('a' + (grey / 10) - 1),
        })])));
}
