using AmViz.Imaging;
using AmViz.Weights;

namespace AmViz.Maximization;

/// <summary>A picture and what a network shall see in it.</summary>
/// <param name="Original">A picture as <see cref="NetworkInput.Read(string, NetworkDescription)"/> makes it.</param>
/// <param name="Target">Index of the class.</param>
public sealed record AttackPair(Picture Original, int Target);

/// <summary>An adversarial example, or how near to one the attack came.</summary>
/// <param name="Picture">Within epsilon of the original in every value.</param>
/// <param name="StepsToSuccess">Steps after which the picture of 8 bits first fooled the network; null if it never did.</param>
/// <param name="Steps">Steps of this picture.</param>
/// <param name="UnroundedFools">Whether the image fools the network at least before it is rounded to 8 bits.</param>
/// <param name="Seconds">Time it took; of a batch, its share.</param>
public sealed record AdversarialExample(Picture Picture, int? StepsToSuccess, int Steps, bool UnroundedFools, double Seconds);

/// <summary>Attacks one network on one device.</summary>
public interface IAttacker : IDisposable
{
    /// <summary>Pairs that the device computes well at once.</summary>
    int BatchSize { get; }

    /// <summary>What the network says of a picture: all classes, highest first.</summary>
    /// <param name="picture">As <see cref="NetworkInput.Read(string, NetworkDescription)"/> makes it.</param>
    /// <param name="cancellationToken">Honoured before it begins.</param>
    /// <exception cref="NetworkException">The network has no logits, or its weights cannot be loaded.</exception>
    Task<IReadOnlyList<ClassScore>> ScoreAsync(Picture picture, CancellationToken cancellationToken);

    /// <summary>Attacks all pairs at once, one result a pair, in the same order.</summary>
    /// <param name="settings">See <see cref="AttackSettings.Problems"/>.</param>
    /// <param name="pairs">At least one.</param>
    /// <param name="progress">Told after every step; may be null.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <exception cref="NetworkException">The network has no logits, or its weights cannot be loaded.</exception>
    /// <exception cref="ChannelRenderException">Torch failed, as when memory runs out.</exception>
    Task<IReadOnlyList<AdversarialExample>> AttackAsync(
        AttackSettings settings, IReadOnlyList<AttackPair> pairs, IProgress<BatchProgress>? progress, CancellationToken cancellationToken);
}
