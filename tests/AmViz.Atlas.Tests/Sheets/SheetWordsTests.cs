using System.Xml;
using AmViz.Atlas.Sheets;
using CsCheck;

namespace AmViz.Atlas.Tests.Sheets;

public sealed class SheetWordsTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(" two\t\r\n lines ", "two lines")]
    [InlineData("a\u202eb\u200dc", "abc")]
    [InlineData("\ufffe", "\ufffd")]
    [InlineData("日本 é", "日本 é")]
    public void ATextBecomesOneLine(string text, string expected) => Assert.Equal(expected, SheetWords.Clean(text));

    // Not among the rows above: a test's arguments are kept as UTF-8, which has no half of a pair.
    [Fact]
    public void HalfOfAPairBecomesASignForIt() => Assert.Equal("a\ufffd", SheetWords.Clean("a\ud800"));

    [Fact]
    public void AnyTextCanStandInXml() => Gen.String.Sample(text => XmlConvert.VerifyXmlChars(SheetWords.Clean(text)));

    [Fact]
    public void ATextIsCutBetweenLettersAndNoWiderThanItsPlace()
    {
        const double Size = 10;
        var cut = SheetFont.Fit(string.Concat(Enumerable.Repeat("e\u0301", 10)), Size, 30);
        Assert.Matches("^(e\u0301)+…$", cut);
        Assert.InRange(SheetFont.Width(cut, Size), 1, 30);
        Assert.Equal("short", SheetFont.Fit("short", Size, 100));
        Assert.Equal("…", SheetFont.Fit("wide", Size, 1));
    }
}
