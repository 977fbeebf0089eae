using AmViz.Atlas.Output;
using CsCheck;

namespace AmViz.Atlas.Tests.Output;

public sealed class PageNameTests
{
    [Theory]
    [InlineData("conv_pw_5_bn", "conv_pw_5_bn")]
    [InlineData("block1.0.conv", "block1.0.conv")]
    [InlineData("..", "~2e~2e")]
    [InlineData("a/b c", "a~2fb~20c")]
    [InlineData("index", "~69ndex")]
    [InlineData("index.html", "~69ndex.html")]
    [InlineData("network.js", "~6eetwork.js")]
    [InlineData("sweep.json", "~73weep.json")]
    [InlineData("failures", "~66ailures")]
    [InlineData("é", "~c3~a9")]
    public void OrdinaryNamesStayAndOddOnesAreSpelledOut(string name, string expected) =>
        Assert.Equal(expected, PageName.Of(name));

    [Fact]
    public void NoTwoNamesShareAPage() =>
        Gen.Select(Gen.String[1, 6], Gen.String[1, 6]).Sample((left, right) =>
            string.Equals(left, right, StringComparison.Ordinal) || !string.Equals(PageName.Of(left), PageName.Of(right), StringComparison.Ordinal));

    [Fact]
    public void EveryNameFitsAFileSystemAndAnAddress() =>
        Gen.String[1, 300].Sample(name =>
        {
            var page = PageName.Of(name);
            return page.Length is > 0 and <= 120
                && page[0] != '.'
                && page.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '~')
                && string.Equals(Uri.EscapeDataString(page), page, StringComparison.Ordinal);
        });
}
