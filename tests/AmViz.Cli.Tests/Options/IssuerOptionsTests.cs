using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cli.Settings;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Tests.Options;

public sealed class IssuerOptionsTests
{
    [Fact]
    public void WithoutAnIssuerNoTokenOpensAnything() => Assert.Null(Read(new()));

    [Fact]
    public void OptionsWinOverTheEnvironment()
    {
        var settings = new AmVizSettings { Oidc = new() { Issuer = "https://set.example.com", Audience = "set", RoleClaim = "groups", Read = "a, b", Admin = "root" } };
        var read = Read(settings, "--oidc-audience", "given", "--oidc-read", "c,d");
        Assert.Equal(("https://set.example.com", "given", "groups"), (read!.Issuer, read.Audience, read.RoleClaim));
        Assert.Equal(["c", "d"], read.Roles[AccessRole.Read]);
        Assert.Empty(read.Roles[AccessRole.Submit]);
        Assert.Equal(["root"], read.Roles[AccessRole.Admin]);
        Assert.Equal(["a", "b"], Read(settings)!.Roles[AccessRole.Read]);
    }

    [Theory]
    [InlineData("Expected https://", "--oidc-issuer", "login.example.com", "--oidc-audience", "amviz", "--oidc-read", "all")]
    [InlineData("Expected https://", "--oidc-issuer", "http://login.example.com", "--oidc-audience", "amviz", "--oidc-read", "all")]
    [InlineData("must not open this API", "--oidc-issuer", "https://login.example.com", "--oidc-read", "all")]
    [InlineData("gives nobody a role", "--oidc-issuer", "https://login.example.com", "--oidc-audience", "amviz")]
    [InlineData("Tokens need an issuer", "--oidc-audience", "amviz")]
    [InlineData("Tokens need an issuer", "--oidc-admin", "root")]
    public void WhatCannotBeUsedIsNamed(string words, params string[] line)
        => Assert.Contains(words, Assert.Throws<UsageException>(() => Read(new(), line)).Problems.Single(), StringComparison.Ordinal);

    private static OidcOptions? Read(AmVizSettings settings, params string[] line)
    {
        var command = new RootCommand();
        var options = new IssuerOptions(settings);
        options.AddTo(command);
        return options.Read(command.Parse(line));
    }
}
