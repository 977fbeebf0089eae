using System.CommandLine;
using System.Net;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cli.Settings;
using AmViz.Cluster.Silo;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Options;

public sealed class HttpOptionsTests
{
    private static readonly AmVizSettings WithToken = new() { Dashboard = new() { Token = "0123456789abcdef" } };

    [Fact]
    public void NothingIsOpenedUnlessAskedFor()
    {
        var nothing = Read(WithToken);
        Assert.Null(nothing.HttpPort);
        Assert.Null(nothing.Dashboard);
        Assert.Equal(TimeSpan.FromMinutes(10), nothing.StuckAfter);
    }

    [Fact]
    public void PortAddressAndLimitAreTaken()
    {
        var seen = Read(new(), "--http-port", "8080", "--http-address", "127.0.0.1", "--stuck-after", "90");
        Assert.Equal((8080, IPAddress.Loopback, TimeSpan.FromSeconds(90)), (seen.HttpPort!.Value, seen.HttpAddress, seen.StuckAfter));
        Assert.Equal(IPAddress.Any, Read(new(), "--http-port", "8080").HttpAddress);
    }

    [Fact]
    public void TheDashboardNeedsAPortAndALongToken()
    {
        Assert.NotNull(Read(WithToken, "--http-port", "8080", "--dashboard").Dashboard);
        Assert.Contains("--http-port 8080", Assert.Single(Refused(WithToken, "--dashboard")), StringComparison.Ordinal);
        var shortToken = new AmVizSettings { Dashboard = new() { Token = "0123456789abcde" } };
        var problem = Assert.Single(Refused(shortToken, "--http-port", "8080", "--dashboard"));
        Assert.Contains("found 15 characters", problem, StringComparison.Ordinal);
        Assert.Contains("AMVIZ__Dashboard__Token", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProblemIsReportedAtOnce()
        => Assert.Equal(4, Refused(new(), "--http-port", "70000", "--http-address", "here", "--stuck-after", "0", "--dashboard").Count);

    [Fact]
    public void TheTokenIsInNoText() => Assert.DoesNotContain("0123456789", WithToken.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("any", true, "any")]
    [InlineData("gpu-a100", false, "gpu-a100")]
    public void APoolIsTaken(string name, bool mayBeAny, string expected) => Assert.Equal(expected, ReadPool(mayBeAny, name));

    [Theory]
    [InlineData("any", false)]
    [InlineData("GPU", false)]
    [InlineData("a b", true)]
    public void WhatIsNoPoolIsRefused(string name, bool mayBeAny)
        => Assert.Contains($"'{name}' is not the name of a pool", Assert.Throws<UsageException>(() => ReadPool(mayBeAny, name)).Message, StringComparison.Ordinal);

    private static string? ReadPool(bool mayBeAny, string name)
    {
        var command = new Command("x");
        var option = new PoolOption("a pool", mayBeAny);
        option.AddTo(command);
        return option.Read(command.Parse(["--pool", name]));
    }

    [Fact]
    public void CertificatesThatCannotBeReadAndAMissingPortAreToldTogether()
    {
        using var folder = new TemporaryFolder();
        var problems = Refused(new(), "--http-tls", folder.Path);
        Assert.Equal(2, problems.Count);
        Assert.Contains("--http-port 8080", problems[0], StringComparison.Ordinal);
        Assert.Contains("There is no tls.crt", problems[1], StringComparison.Ordinal);
        using var authority = new TestAuthority();
        Assert.NotNull(Read(new(), "--http-port", "8080", "--http-tls", authority.Issue(folder.At("tls"))).Certificate);
    }

    private static IReadOnlyList<string> Refused(AmVizSettings settings, params string[] words) => Assert.Throws<UsageException>(() => Read(settings, words)).Problems;

    private static ObservatoryOptions Read(AmVizSettings settings, params string[] words)
    {
        var command = new Command("x");
        var options = new HttpOptions(settings);
        options.AddTo(command);
        return options.Read(command.Parse(words), _ => { });
    }
}
