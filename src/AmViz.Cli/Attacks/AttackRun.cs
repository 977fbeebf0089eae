using System.Collections.Concurrent;
using System.Security.Cryptography;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Attacks;

/// <summary>Attacks pairs on a few attackers side by side; what is finished is written at once.</summary>
internal sealed class AttackRun(NetworkDescription network, AttackSettings settings, IReadOnlyList<IAttacker> attackers, AttackFolder folder)
{
    private readonly ConcurrentDictionary<PlannedAttack, AttackRow> _rows = new();

    /// <summary>Attacks all pairs that can be attacked.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedAttack> planned, AttackProgress progress, CancellationToken cancellationToken)
    {
        foreach (var refused in planned.Where(attack => attack.IsThereAlready))
        {
            _rows[refused] = Refused(refused);
            progress.Finish(part: 1);
        }

        var originals = planned.Select(attack => attack.Input).Distinct().ToDictionary(input => input, folder.WriteOriginal);
        var queue = new ConcurrentQueue<PlannedAttack[]>(planned.Where(attack => !attack.IsThereAlready).Chunk(attackers[0].BatchSize));
        await Task.WhenAll(attackers.Select(async attacker =>
        {
            while (queue.TryDequeue(out var batch))
            {
                AttackPair[] pairs = [.. batch.Select(attack => new AttackPair(attack.Input.Original, attack.Target.Index))];
                var examples = await attacker.AttackAsync(settings, pairs, progress.OfBatch(batch.Length), cancellationToken);
                foreach (var (attack, example) in batch.Zip(examples))
                {
                    _rows[attack] = await SaveAsync(attacker, attack, example, originals[attack.Input]);
                    progress.Finish();
                }
            }
        }));
    }

    /// <summary>Everything that is finished so far, in the order of the plan.</summary>
    public AttackDocument Document(IReadOnlyList<PlannedAttack> planned)
    {
        AttackRow[] rows = [.. planned.Where(_rows.ContainsKey).Select(attack => _rows[attack])];
        return new(
            network.Name, network.Architecture, network.WeightsDigest, settings, planned.Count,
            rows.Count(row => row.Success), planned.Count(attack => attack.IsThereAlready), rows);
    }

    /// <summary>Writes the files of a pair and reports what the network sees in the written file, not in the picture in memory.</summary>
    /// <remarks>Not cancellable: a finished attack is always written.</remarks>
    private async Task<AttackRow> SaveAsync(IAttacker attacker, PlannedAttack attack, AdversarialExample example, string original)
    {
        var file = folder.WriteAdversarial(attack, example);
        var bytes = await File.ReadAllBytesAsync(file, CancellationToken.None);
        var saved = NetworkInput.Read(bytes, file, network).Picture;
        var perturbation = new Perturbation(attack.Input.Original, saved, network.InputChannels);
        var after = ImageScores.Of(await attacker.ScoreAsync(saved, CancellationToken.None), attack.Target.Index);
        var success = after.First.Index == attack.Target.Index;
        return new(
            attack.Input.Path, attack.Target, success, example.StepsToSuccess, example.Steps,
            perturbation.LInfinity, perturbation.LargestLevel, perturbation.TotalVariation, attack.Before, after,
            original, file, folder.WritePerturbation(attack, perturbation), Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Math.Round(example.Seconds, 3), success ? null : Explain(example, after));
    }

    private string Explain(AdversarialExample example, ImageScores after)
        => FormattableString.Invariant($"in the saved picture the network sees {after.First.Index} '{after.First.Label}' ({100 * after.First.Probability:0.0} %), after {settings.MaxSteps} steps")
            + (example.UnroundedFools ? ", though the image fooled it before it was rounded to 8 bits" : "")
            + ". Try a larger --epsilon, --alpha or --max-steps.";

    private static AttackRow Refused(PlannedAttack attack) => new(
        attack.Input.Path, attack.Target, Success: false, StepsToSuccess: null, Steps: null, LInfinity: null, GreyLevels: null, TotalVariation: null,
        attack.Before, After: null, Original: null, Adversarial: null, Perturbation: null, Sha256: null, Seconds: null, attack.Refusal);
}
