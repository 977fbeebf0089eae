// What the API answers, as far as pages use it; /api/v1/openapi.json has all of it.

export type Role = 'read' | 'submit' | 'admin';
export interface KeyOwner { id: string; name: string; role: Role; expiresAt: string | null }

export type SweepState = 'planned' | 'running' | 'paused' | 'folding' | 'finished' | 'cancelled' | 'failed';
export interface Counts { planned: number; rendered: number; skipped: number; failed: number; dead: number; notFinite: number }
export interface LayerProgress { model: string; layer: string; counts: Counts }
export interface QueuedSweep { id: string; priority: number; share: number; open: number }
export interface QueuePosition { position: number; ahead: QueuedSweep[]; beside: QueuedSweep[]; openAhead: number }
export interface SweepStatus {
  id: string; state: SweepState; counts: Counts; layers: LayerProgress[]; lastError: string | null; startedAt: string | null;
  rank: { priority: number; share: number }; steps: number; pool: string; owner: string | null; queue: QueuePosition | null; devices: DeviceStatus[];
}
export interface SweepPage { sweeps: SweepStatus[]; next: string | null }

export interface ShardId { sweep: string; model: string; layer: string; index: number }
export interface DeviceStatus {
  device: string; activity: 'idle' | 'drawing' | 'draining' | 'broken'; shard: ShardId | null; images: number; step: number; steps: number; stepsPerSecond: number;
  stored: number; trouble: string | null; waitsForOthers: boolean; pool: string; lastStepAt: string | null; lease: string | null; use: number;
}

export type TaskEnd = 'open' | 'rendered' | 'dead' | 'notFinite' | 'failed';
export interface TaskLine {
  model: string; layer: string; channel: number; seed: number; state: TaskEnd; label: string | null; objective: number | null; picture: string | null;
  error: string | null; device: string | null; at: string | null;
}
export interface TaskPage { tasks: TaskLine[]; total: number; next: string | null }
export interface TaskAttempt { number: number; device: string; lease: string; startedAt: string | null; endedAt: string; end: string; error: string | null }
export interface TaskInspection {
  task: { model: string; layer: string; channel: number; seed: number }; state: string; device: string | null; lease: string | null; attempts: TaskAttempt[];
  error: string | null; picture: string | null; live: { step: number; steps: number } | null;
}

export interface FailureGroup { outcome: 'failed' | 'dead' | 'notFinite'; error: string | null; count: number; examples: { model: string; layer: string; channel: number; seed: number }[] }
export interface FailurePage { groups: FailureGroup[]; next: number | null }

export interface DeviceTimeline { device: string | null; rendered: number[]; failed: number[] }
export interface SweepTimeline {
  from: string | null; until: string | null; bucketSeconds: number; deviceSeconds: number; picturesPerSecond: number;
  devices: DeviceTimeline[]; moments: { at: string; state: SweepState }[];
}

export interface PlannedSweep {
  id: string; pictures: number; seeds: number[]; recipe: { name?: string; steps: number; size: number }; failureBudget: number | null;
  layers: { model: string; layer: string; size: number; channels: string; pictures: number }[];
  pass: string | null; scores: { sweep: string; pictures: number; judge: string | null } | null;
}
export interface EstimatedSweep {
  sweepId: string; pictures: number; stored: number; device: string; renderers: number; deviceSeconds: number; seconds: number; bytes: number;
  layers: { model: string; layer: string; pictures: number; secondsAPicture: number }[];
}
