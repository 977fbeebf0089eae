namespace AmViz.Cluster.Http.Tests.Transport;

public sealed class ApiAddressTests
{
    [Theory]
    [InlineData("https://amviz.example.com", "https://amviz.example.com", false)]
    [InlineData("HTTPS://AmViz.Example.com:443/", "https://amviz.example.com", false)]
    [InlineData("https://10.0.0.7:8443", "https://10.0.0.7:8443", false)]
    [InlineData("http://localhost:8080", "http://localhost:8080", false)]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080", false)]
    [InlineData("http://amviz.example.com", "http://amviz.example.com", true)]
    [InlineData("http://10.0.0.7:8080", "http://10.0.0.7:8080", true)]
    public void AnAddressHasOneFormAndTellsWhetherItRevealsKeys(string text, string form, bool reveals)
    {
        Assert.True(ApiAddress.TryParse(text, out var address, out _));
        Assert.Equal(form, $"{address}");
        Assert.Equal(reveals, address.RevealsKeys);
    }

    [Theory]
    [InlineData("redis://localhost:6379", "Expected https://host[:port]")]
    [InlineData("https://", "Expected https://host[:port]")]
    [InlineData("amviz.example.com", "Expected https://host[:port]")]
    [InlineData("https://amviz.example.com/api/v1", "Expected https://amviz.example.com.")]
    [InlineData("https://amviz.example.com/?key=1", "Expected https://amviz.example.com.")]
    [InlineData("https://alice:secret@amviz.example.com", "Expected https://amviz.example.com alone")]
    public void AnythingElseIsRefusedWithWhatWasExpectedAndWithoutPasswords(string text, string problem)
    {
        Assert.False(ApiAddress.TryParse(text, out _, out var found));
        Assert.Contains(problem, found, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", found, StringComparison.Ordinal);
    }
}
