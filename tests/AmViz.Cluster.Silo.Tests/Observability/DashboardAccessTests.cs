using System.Text;

namespace AmViz.Cluster.Silo.Tests.Observability;

public sealed class DashboardAccessTests
{
    private const string Token = "0123456789abcdef";

    private readonly DashboardAccess _access = new(Token);

    [Theory]
    [InlineData("Bearer " + Token, true)]
    [InlineData("bearer " + Token, true)]
    [InlineData("Bearer 0123456789abcdeF", false)]
    [InlineData("Bearer 0123456789abcde", false)]
    [InlineData("Bearer", false)]
    [InlineData("Digest " + Token, false)]
    [InlineData(Token, false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("Basic !!!", false)]
    [InlineData("Basic", false)]
    public void OnlyTheTokenOpens(string? authorization, bool opens) => Assert.Equal(opens, _access.Allows(authorization));

    [Theory]
    [InlineData("admin:" + Token, true)]
    [InlineData(":" + Token, true)]
    [InlineData("admin:x:" + Token, false)]
    [InlineData(Token + ":", false)]
    [InlineData(Token, false)]
    public void AsAPasswordItGoesWithAnyUserName(string credentials, bool opens)
        => Assert.Equal(opens, _access.Allows($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}"));

    [Fact]
    public void APasswordMayHoldColons()
        => Assert.True(new DashboardAccess("0123456789:abcdef").Allows($"Basic {Convert.ToBase64String("a:0123456789:abcdef"u8)}"));

    [Fact]
    public void AShortTokenIsRefusedWithWhatToDo()
    {
        var error = Assert.Throws<ArgumentException>(() => new DashboardAccess(Token[1..]));
        Assert.Contains("at least 16", error.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand", error.Message, StringComparison.Ordinal);
    }
}
