using System.CommandLine;
using AmViz.Cli.Clusters;
using AmViz.Cli.CommandLine;
using AmViz.Cluster.Http;

namespace AmViz.Cli.Tests.Clusters;

public sealed class ApiAccessOptionsTests
{
    private const string Elsewhere = "http://amviz.example.com";

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://amviz.example.com")]
    [InlineData(Elsewhere, "--insecure-http")]
    public void AKeyMayBeSentWhereNobodyElseReadsItOrWhereThatIsAccepted(string address, params string[] options)
        => Assert.Equal(address, $"{Read(address, options)}");

    [Fact]
    public void ByPlainHttpToAnotherMachineAKeyIsNotSent()
    {
        var error = Assert.Throws<UsageException>(() => Read(Elsewhere));
        Assert.Contains("would travel where others can read it", error.Message, StringComparison.Ordinal);
    }

    private static ApiAddress Read(string address, params string[] options)
    {
        var access = new ApiAccessOptions();
        var command = new Command("test");
        access.AddTo(command);
        return access.Address(command.Parse(options), address);
    }
}
