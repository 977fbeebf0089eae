using AmViz.Cluster.Api;

namespace AmViz.Cli.Options;

/// <summary><c>--http-rate</c>, <c>--http-max-pictures</c> and <c>--http-max-network</c>: how much may be asked for over HTTP.</summary>
internal sealed class LimitOptions
{
    private const int HighestRate = 1_000_000;

    // A rest of so many seconds allows so many requests at once.
    private const int BurstSeconds = 10;

    private readonly Option<int?> _rate = NumberOption.Whole(
        "--http-rate", "100", "Requests a second that each access key may make of the API for long; ten times as many at once. Default: 100.");

    private readonly Option<int?> _pictures = NumberOption.Whole(
        "--http-max-pictures", "1000000", "Pictures of the largest sweep that is submitted over HTTP. Default: 1000000.");

    private readonly Option<int?> _megabytes = NumberOption.Whole(
        "--http-max-network", "256", "MiB of the largest network that is uploaded over HTTP; completing it takes as much memory as its largest file. Default: 256.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_rate);
        command.Add(_pictures);
        command.Add(_megabytes);
    }

    /// <summary>What is asked for.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public ApiLimits Read(ParseResult result)
    {
        var usual = new ApiLimits();
        var rate = result.GetValue(_rate) ?? usual.KeyRate;
        var pictures = result.GetValue(_pictures) ?? usual.MostPictures;
        var bytes = result.GetValue(_megabytes) is { } mebibytes ? (long)mebibytes << 20 : usual.MostNetworkBytes;
        return rate is < 1 or > HighestRate ? throw new UsageException($"{_rate.Name}: {rate} is out of range. Expected 1 to {HighestRate}.")
            : pictures < 1 ? throw new UsageException($"{_pictures.Name}: {pictures} is out of range. Expected at least 1.")
            : bytes < 1 ? throw new UsageException($"{_megabytes.Name}: {bytes >> 20} is out of range. Expected at least 1.")
            : usual with { KeyRate = rate, KeyBurst = rate * BurstSeconds, MostPictures = pictures, MostNetworkBytes = bytes };
    }
}
