using AmViz.Cli.Settings;

namespace AmViz.Cli.Options;

/// <summary><c>--device</c>, <c>--threads</c> and <c>--batch</c>: what to compute on.</summary>
internal sealed class ComputeOptions(AmVizSettings settings)
{
    private readonly Option<string?> _device = new("--device")
    {
        Description = "auto (the first GPU, otherwise the CPU), cpu, cuda or cuda:N. Default: auto.",
        HelpName = "NAME",
    };

    private readonly Option<int?> _threads = NumberOption.Whole("--threads", "2", "Threads inside one tensor operation. Pictures are reproducible for equal numbers. Default: 1.");

    private readonly Option<string?> _batch = new("--batch")
    {
        Description = "Images drawn at once, or auto: what suits the device. Default: auto.",
        HelpName = "N|auto",
    };

    private readonly Option<int?> _workers = NumberOption.Whole("--workers", "2", "Pictures drawn side by side. Default: one a processor core and thread on a CPU, one on a GPU.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_threads);
        command.Add(_batch);
    }

    /// <summary>Puts the number of workers on a command that draws many pictures.</summary>
    public void AddWorkersTo(Command command) => command.Add(_workers);

    /// <summary>Whether one of them stands on the command line.</summary>
    public bool AreGiven(ParseResult result) => result.GetValue(_device) is not null || result.GetValue(_threads) is not null || result.GetValue(_batch) is not null;

    /// <summary>What is asked for.</summary>
    /// <exception cref="UsageException">Every number that is out of range.</exception>
    public DeviceChoice Read(ParseResult result)
    {
        var problems = new List<string>();
        var threads = result.GetValue(_threads) ?? settings.Threads;
        if (threads is < 1 or > DeviceChoice.MostThreads)
        {
            problems.Add($"--threads: {threads} is out of range. Expected 1 to {DeviceChoice.MostThreads}.");
        }

        var batch = settings.Batch;
        if (result.GetValue(_batch) is { } text)
        {
            batch = int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
            if (text != "auto" && batch is null or < 1 or > DeviceChoice.LargestBatch)
            {
                problems.Add($"--batch: '{text}' cannot be used. Expected auto, or 1 to {DeviceChoice.LargestBatch}.");
            }
        }

        var workers = result.GetValue(_workers);
        if (workers is < 1 or > DeviceChoice.MostThreads)
        {
            problems.Add($"--workers: {workers} is out of range. Expected 1 to {DeviceChoice.MostThreads}.");
        }

        return problems.Count == 0
            ? new(result.GetValue(_device) ?? settings.Device, threads, batch, workers)
            : throw new UsageException(problems);
    }
}

/// <summary>What to compute on.</summary>
/// <param name="Device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Threads">1 to <see cref="MostThreads"/>.</param>
/// <param name="Batch">1 to <see cref="LargestBatch"/>; null: what suits the device.</param>
/// <param name="Workers">Renderers side by side, at least 1; null: what suits the device.</param>
internal sealed record DeviceChoice(string Device, int Threads, int? Batch, int? Workers = null)
{
    /// <summary>Largest number of threads; no machine has more, so a larger one is a typing error.</summary>
    public const int MostThreads = 1024;

    /// <summary>Larger batches fit no device of today.</summary>
    public const int LargestBatch = 4096;
}
