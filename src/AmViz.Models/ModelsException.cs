namespace AmViz.Models;

/// <summary>Root of everything this project throws on wrong input; trying again changes nothing.</summary>
public abstract class ModelsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No network of that name is in the catalogue.</summary>
public sealed class UnknownModelException(string message) : ModelsException(message);

/// <summary>The network has no layer of that name, or its weights end before it.</summary>
public sealed class UnknownLayerException(string message) : ModelsException(message);

/// <summary>The layer has fewer channels than asked for.</summary>
public sealed class ChannelOutOfRangeException(string message) : ModelsException(message);

/// <summary>The network cannot take pictures of that size.</summary>
public sealed class ImageSizeException(string message) : ModelsException(message);

/// <summary>A weights file, its configuration or its reference is missing, damaged or not of the expected form.</summary>
public sealed class WeightsFormatException : ModelsException
{
    /// <summary>One problem.</summary>
    public WeightsFormatException(string message, Exception? inner = null)
        : base(message, inner) => Problems = [message];

    /// <summary>Several problems of one file, all told at once.</summary>
    /// <param name="subject">The file or folder they were found in.</param>
    /// <param name="problems">One sentence each; at least one.</param>
    public WeightsFormatException(string subject, IReadOnlyList<string> problems)
        : base(problems.Count == 1 ? $"{subject}: {problems[0]}" : $"{subject} has {problems.Count} problems:\n  - {string.Join("\n  - ", problems)}")
        => Problems = problems;

    /// <summary>What was found wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
