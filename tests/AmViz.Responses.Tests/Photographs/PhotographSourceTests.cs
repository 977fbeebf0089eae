namespace AmViz.Responses.Tests.Photographs;

public sealed class PhotographSourceTests
{
    private static readonly ListedPhotograph[] List = [new("bee/1.png", 10, 5, "bee"), new("ant/2.png", 10, 5, "ant"), new("3.png", 10, 5)];

    [Fact]
    public void LabelsAreInOrdinalOrderEachOnce()
    {
        var source = PhotographSource.OfFiles(List);
        Assert.Equal(["ant", "bee"], source.Labels);
        Assert.Equal((1, 0, -1), (source.LabelIndex("bee"), source.LabelIndex("ant"), source.LabelIndex(null)));
    }

    [Fact]
    public void AnythingThatChangesInTheListMakesAnotherSource()
    {
        var digest = PhotographSource.OfFiles(List).Digest;
        Assert.Equal(digest, PhotographSource.OfFiles([.. List]).Digest);
        ListedPhotograph[] others = [List[0] with { Name = "bee/0.png" }, List[0] with { Label = "ant" }, List[0] with { Bytes = 11 }, List[0] with { Modified = 6 }];
        Assert.All(others, other => Assert.NotEqual(digest, PhotographSource.OfFiles([other, List[1], List[2]]).Digest));
    }

    [Fact]
    public void ATextureDependsOnItsNumberAndSizeAlone()
    {
        var first = TextureSeries.Draw(1_000_000_007, 24);
        TextureSeries.Draw(5, 24);
        Assert.Equal(first, TextureSeries.Draw(1_000_000_007, 24));
        Assert.NotEqual(first, TextureSeries.Draw(1_000_000_041, 24));
        Assert.Equal(34, TextureSeries.Labels.Count);
        Assert.Equal("polka dots", TextureSeries.Labels[TextureSeries.LabelOf(34 + 16)]);
    }

    /// <summary>The pixels of a texture are part of addresses: whoever changes them gives the algorithm another name.</summary>
    [Fact]
    public void TexturesAreThoseOfTheNamedAlgorithm()
    {
        Assert.Equal("amviz-textures-1", TextureSeries.Algorithm);
        var texture = TextureSeries.Draw(20, 16);
        Assert.All([(0, 0.4606f), (400, 0.6172f), (767, 0.4939f)], ((int Place, float Value) expected) => Assert.Equal(expected.Value, texture[expected.Place], 1e-3f));
    }

    [Fact]
    public void ADigestIsWrittenAndComparedAsItsText()
    {
        ContentDigest[] digests = [.. Enumerable.Range(0, 50).Select(number => ContentDigest.Of(BitConverter.GetBytes(number)))];
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(7))), digests[7].ToString());
        Assert.Equal(digests.OrderBy(digest => digest.ToString(), StringComparer.Ordinal), digests.Order());
        var bytes = new byte[ContentDigest.Length];
        digests[3].CopyTo(bytes);
        Assert.Equal(digests[3], new ContentDigest(bytes));
    }
}
